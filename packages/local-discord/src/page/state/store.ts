/** State that changes by replacement, and notifies its subscribers. */
export interface Store<State> {
  get(): State;
  /** Merges what `change` returns. */
  update(change: (state: State) => Partial<State>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    update(change) {
      state = { ...state, ...change(state) };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
