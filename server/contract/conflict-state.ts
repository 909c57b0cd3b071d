/** What became of a contradiction: the rule decides, a person did, or did on statements that have changed since. */
export const conflictStates = ['open', 'chosen', 'reopened'] as const
