// Placeholder.
export const canonicalFilter = (filter: unknown): string => JSON.stringify(filter ?? {});
