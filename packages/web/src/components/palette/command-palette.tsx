/** Ctrl+K or ⌘K: opens the palette, whose code is loaded the first time somebody wants it. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useShortcut } from '../../shortcuts.ts';

export function CommandPalette() {
  const Dialog = useSignal<ComponentType<{ readonly onClose: () => void }> | undefined>(undefined);
  const isOpen = useSignal(false);
  useShortcut({
    keys: ['Ctrl+k'],
    label: 'Go to anything',
    group: 'Everywhere',
    run: () => {
      isOpen.value = !isOpen.value;
      if (!Dialog.value)
        import('./palette-dialog.tsx')
          .then((module) => {
            Dialog.value = module.PaletteDialog;
          })
          // Without the server the palette has nothing to find; the banner says so already.
          .catch(() => {
            isOpen.value = false;
          });
      return true;
    },
  });
  const View = Dialog.value;
  const close = () => {
    isOpen.value = false;
  };
  return isOpen.value && View ? <View onClose={close} /> : null;
}
