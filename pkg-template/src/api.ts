// The public typings, for the front to be checked against. Built from src/typings.

export type * from "../../target/front/api";
