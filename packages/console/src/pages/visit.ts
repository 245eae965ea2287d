/** The person who looks, and what every page of theirs needs to know. */
export interface Visit {
  readonly user: { readonly id: string; readonly email: string; readonly rights: readonly string[] }
  /** Goes into every form. */
  readonly csrf: string
}

export const mayDecide = ({ user }: Visit): boolean => user.rights.includes('jit.approve')
export const mayEndTasks = ({ user }: Visit): boolean =>
  user.rights.includes('jit.approve') || user.rights.includes('jit.admin')
