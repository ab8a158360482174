/** Parts of a page that are seldom drawn: their code is asked for when they are, so that the others load without it. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Stands for a component until it is there; draws nothing meanwhile, and nothing where it cannot be had. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (properties: P) => preact.JSX.Element | null {
  return function Later(properties: P) {
    const [View, setView] = useState<ComponentType<P> | undefined>(undefined);
    useEffect(() => {
      load().then(
        // A function as state is taken for one that makes the state.
        (found) => setView(() => found),
        // Without the server there is nothing new to draw either; the banner says so already.
        () => {},
      );
    }, []);
    return View ? <View {...properties} /> : null;
  };
}
