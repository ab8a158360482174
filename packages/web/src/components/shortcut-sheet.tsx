/** `?`: opens the sheet of keys, whose code is loaded the first time somebody wants it. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useShortcut } from '../shortcuts.ts';

export function ShortcutSheet() {
  const Dialog = useSignal<ComponentType<{ readonly onClose: () => void }> | undefined>(undefined);
  const isOpen = useSignal(false);
  const close = () => {
    isOpen.value = false;
  };
  useShortcut({
    keys: ['?'],
    label: 'Keyboard shortcuts',
    group: 'Everywhere',
    run: () => {
      isOpen.value = !isOpen.value;
      if (!Dialog.value)
        import('./shortcut-dialog.tsx').then((module) => {
          Dialog.value = module.ShortcutDialog;
        }, close);
      return true;
    },
  });
  const View = Dialog.value;
  return isOpen.value && View ? <View onClose={close} /> : null;
}
