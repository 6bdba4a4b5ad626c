/** The dialogs: a new conversation, its details, a new person, and “are you sure”. */

/** @import {ConversationSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */
/** @import {About} from "./conversation.js" */

import { avatar } from "./avatar.js";
import { idFromName } from "./cast.js";
import { startConversation } from "./conversation.js";
import { endsComposition, h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { named } from "./names.js";
import { reason } from "./outbox.js";
import { presenceWord } from "./presence.js";
import { userUrl } from "./route.js";
import { toast } from "./toast.js";

/**
 * A modal form. `submit` may throw: its reason is shown and the dialog stays.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} [options.action] the label of the main button; none: there is only something to see
 * @param {boolean} [options.danger]
 * @param {readonly Node[]} options.body
 * @param {() => Promise<void>} [options.submit]
 */
export function openDialog({ title, action, danger = false, body, submit }) {
  const trouble = h("p", { class: "form-error", role: "alert", hidden: true });
  const main = h(
    "button",
    { type: "submit", class: `button ${danger ? "danger" : "primary"}` },
    action,
  );
  const leave = action === undefined ? "Close" : "Cancel";
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close",
          onclick: () => dialog.close(),
        },
        icon("close"),
      ),
    ),
    h("div", { class: "dialog-body" }, ...body, trouble),
    h(
      "footer",
      {},
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, leave),
      action === undefined ? null : main,
    ),
  );
  const dialog = h("dialog", { class: "dialog", "aria-label": title }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (main.disabled) return;
    main.disabled = true;
    trouble.hidden = true;
    try {
      await submit?.();
      dialog.close();
    } catch (error) {
      trouble.textContent = reason(error);
      trouble.hidden = false;
    } finally {
      main.disabled = false;
    }
  });
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A list of people to tick.
 *
 * @param {App} app
 * @param {readonly string[]} without ids
 */
function peoplePicker(app, without) {
  const box = h("div", { class: "people", role: "group", "aria-label": "People" });
  /** @param {import("./cast.js").Person} person @param {boolean} checked */
  const addPerson = (person, checked) => {
    const input = h("input", { type: "checkbox", value: person.id, checked });
    box.append(
      h(
        "label",
        { class: "person" },
        avatar(person),
        h("span", {}, named(person.name)),
        input,
        icon("check", "tick"),
      ),
    );
  };
  for (const { id } of app.people.known()) {
    if (!without.includes(id)) addPerson(app.people.peek(id), false);
  }

  const name = h("input", {
    class: "input",
    type: "text",
    dir: "auto",
    placeholder: "Another name",
    "aria-label": "Another name",
    maxlength: "60",
  });
  const more = h("button", { type: "button", class: "button" }, icon("plus"), "Add");
  const addNamed = () => {
    const id = idFromName(name.value);
    if (id === "") return name.focus();
    const known = [...box.querySelectorAll("input")].find(({ value }) => value === id);
    if (known) known.checked = true;
    else if (!without.includes(id)) {
      const person = { id, name: name.value.trim(), photoUrl: null };
      app.people.meet(person);
      addPerson(person, true);
    }
    name.value = "";
    name.focus();
  };
  more.addEventListener("click", addNamed);
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || endsComposition(event) || name.value.trim() === "") return;
    event.preventDefault();
    addNamed();
  });
  return {
    el: h("div", {}, box, h("div", { class: "field-row" }, name, more)),
    chosen: () =>
      [...box.querySelectorAll("input:checked")].map(
        (input) => /** @type {HTMLInputElement} */ (input).value,
      ),
    flush: () => void (name.value.trim() !== "" && addNamed()),
  };
}

/** @param {App} app */
export function newConversation(app) {
  const picker = peoplePicker(app, [app.me]);
  const subject = h("input", {
    class: "input",
    type: "text",
    dir: "auto",
    maxlength: "120",
    placeholder: "Optional for two people",
    id: "subject",
  });
  openDialog({
    title: "New conversation",
    action: "Start",
    body: [
      h("p", { class: "form-label" }, "Who is in it?"),
      picker.el,
      h("label", { class: "form-label", for: "subject" }, "Subject"),
      subject,
    ],
    submit: async () => {
      picker.flush();
      const others = picker.chosen();
      if (others.length === 0) throw new Error("Pick at least one person to talk to.");
      const id = await startConversation(app.session, app.people, others, subject.value.trim());
      app.open(id);
    },
  });
}

/**
 * Who is in a conversation, its subject, and room for more people. A chat of two stays one:
 * whoever wants a third starts a group.
 *
 * @param {App} app
 * @param {ConversationSnapshot} conversation
 * @param {About} about
 */
export function conversationDetails(app, conversation, about) {
  const picker = peoplePicker(app, [app.me, ...about.people.map(({ id }) => id)]);
  const subject = h("input", {
    class: "input",
    type: "text",
    dir: "auto",
    maxlength: "120",
    id: "subject",
    value: conversation.subject ?? "",
  });
  const me = app.people.peek(app.me);
  const dialog = openDialog({
    title: "Details",
    action: "Save",
    body: [
      h("label", { class: "form-label", for: "subject" }, "Subject"),
      subject,
      h("p", { class: "form-label" }, "In this conversation"),
      h(
        "ul",
        { class: "members" },
        ...[me, ...about.people].map((person) =>
          h(
            "li",
            {},
            avatar(person, "small"),
            h("span", {}, named(person.name), person.id === app.me ? " (you)" : ""),
            h("span", { class: "member-presence", "data-person": person.id }),
          ),
        ),
      ),
      ...(about.direct ? [] : [h("p", { class: "form-label" }, "Add people"), picker.el]),
    ],
    submit: async () => {
      if (!about.direct) picker.flush();
      const added = about.direct ? [] : picker.chosen();
      const ref = app.session.conversation(conversation.id);
      await Promise.all(added.map((id) => app.people.ensure(id)));
      await Promise.all(added.map((id) => ref.participant(id).createIfNotExists()));
      await ref.set({ subject: subject.value.trim() || null });
    },
  });
  const showPresence = () => {
    for (const el of dialog.querySelectorAll("[data-person]")) {
      const online = app.presence.of(el.getAttribute("data-person") ?? "");
      el.classList.toggle("online", online === true);
      setText(el, presenceWord(online));
    }
  };
  const stop = app.presence.onChange(showPresence);
  dialog.addEventListener("close", stop);
  showPresence();
}

/** @param {App} app */
export function newPerson(app) {
  const name = h("input", {
    class: "input",
    type: "text",
    dir: "auto",
    maxlength: "60",
    id: "person",
    autocomplete: "name",
    placeholder: "For example Dana Weiss",
  });
  openDialog({
    title: "New person",
    action: "Continue as this person",
    body: [
      h("label", { class: "form-label", for: "person" }, "Name"),
      name,
      h("p", { class: "form-note" }, "The same name is the same person in every window."),
    ],
    submit: async () => {
      const id = idFromName(name.value);
      if (id === "") throw new Error("Write a name first.");
      app.people.meet({ id, name: name.value.trim(), photoUrl: null });
      location.assign(userUrl(id));
    },
  });
}

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text
 * @param {string} options.action
 * @param {() => Promise<void>} options.run
 * @param {() => void} [options.lost] the place that had the focus before is gone
 */
export function confirmDialog({ title, text, action, run, lost }) {
  const body = [h("p", { dir: "auto" }, text)];
  const dialog = openDialog({ title, action, danger: true, body, submit: run });
  dialog.addEventListener("close", () => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) lost?.();
  });
}

/**
 * Runs something that may fail, and says so.
 *
 * @param {string} what the sentence for the failure, without its reason
 * @param {() => Promise<unknown>} run
 */
export async function attempt(what, run) {
  try {
    await run();
  } catch (error) {
    toast(`${what} ${reason(error)}`, "error");
    throw error;
  }
}
