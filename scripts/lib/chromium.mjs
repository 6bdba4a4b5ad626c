// Finding Chromium and its driver, and opening it for tests.

import { existsSync, readFileSync } from "node:fs";
import { which } from "./paths.mjs";
import { StepError, ask, run, say, since } from "./run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * What Chromium is started with. As root it needs `--no-sandbox`; the others keep it from calling
 * hosts of its own, so that the tests depend on nothing outside this machine.
 */
export const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** Chromium's program, or undefined. `CHROMIUM` in the environment comes first. */
export const findChromium = () =>
  chosen("CHROMIUM") ?? NAMES.map(which).find(Boolean) ?? APPLICATIONS.find(existsSync);

/** chromedriver, or undefined. `CHROMEDRIVER` in the environment comes first. */
export const findChromedriver = () => chosen("CHROMEDRIVER") ?? which("chromedriver");

function chosen(variable) {
  const file = process.env[variable];
  if (file && !existsSync(file)) {
    throw new StepError(`${variable} names ${file}, which does not exist.`);
  }
  return file || undefined;
}

/** Makes sure that both are there and belong together: by apt on Debian as root, else by words. */
export async function ensureChromium() {
  if (!(findChromium() && findChromedriver()) && isDebianAsRoot()) await installByApt();
  const browser = findChromium();
  const driver = findChromedriver();
  if (!browser || !driver) {
    const missing = [!browser && "Chromium", !driver && "chromedriver"].filter(Boolean);
    throw new StepError(`${missing.join(" and ")} was not found.`, {
      hint: "install Chromium (or Chrome) and the chromedriver of the same version, and put both " +
        "on PATH, or name them in CHROMIUM and CHROMEDRIVER",
    });
  }
  const [ours, theirs] = [browser, driver].map(majorVersion);
  if (ours && theirs && ours !== theirs) {
    throw new StepError(`${browser} is version ${ours}, but ${driver} is version ${theirs}.`, {
      hint: "install a chromedriver of the browser's version, or name one in CHROMEDRIVER",
    });
  }
  return { browser, driver };
}

const majorVersion = (program) => /\b(\d+)\.\d+\.\d+/.exec(ask(program, ["--version"]) ?? "")?.[1];

function isDebianAsRoot() {
  if (process.platform !== "linux" || process.getuid() !== 0 || !which("apt-get")) return false;
  // Ubuntu's package is a stub that fetches a snap: not for us.
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

async function installByApt() {
  const started = Date.now();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const hint = "install the Debian packages chromium and chromium-driver by hand";
  const options = { env, doing: "installing by apt", hint };
  const apt = (...args) => run("chromium", "apt-get", args, options);
  await apt("update", "-q");
  await apt("install", "-q", "-y", "--no-install-recommends", "chromium", "chromium-driver");
  say("chromium", `installed in ${since(started)}`);
}

/** Opens Chromium through playwright-core. The caller closes it. */
export async function launch(options = {}) {
  const { chromium } = await import("playwright-core");
  const { args = [], ...others } = options;
  const executablePath = findChromium();
  if (!executablePath) await ensureChromium();
  return chromium.launch({
    executablePath: executablePath ?? findChromium(),
    headless: true,
    args: [...FLAGS, ...args],
    ...others,
  });
}
