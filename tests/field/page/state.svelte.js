// Svelte's runes, which its compiler turns into code.

export function state(value) {
  const held = $state({ value });
  return {
    get value() {
      return held.value;
    },
  };
}
