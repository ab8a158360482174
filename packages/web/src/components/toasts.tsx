/** Shows the one toast there is. */
import { toast } from '../stores/toasts.ts';
import './toasts.css';

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toast.value && (
        <div key={toast.value.id} class="toast">
          {toast.value.text}
        </div>
      )}
    </div>
  );
}
