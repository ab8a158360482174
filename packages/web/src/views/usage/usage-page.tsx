/** Usage: where am I against my limit? */
import { PageHeader } from '../../components/page-header.tsx';

export default function UsagePage() {
  return <PageHeader title="Usage" dataAt={undefined} />;
}
