export const REACT = {};
