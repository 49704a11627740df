// The slip of a ticket, on paper: the browser's dialog opens at once.

import { useEffect } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answer, api } from '../api';
import { useAsk } from '../ask';
import { Busy, Page, Refused } from '../parts/basics';
import { Slip, usePaper, useTicketText } from '../parts/slip';
import { useMay } from '../session';
import { t } from '../words';

export function PrintViolation() {
  const id = Number(useRoute().params['id']);
  usePaper();
  const asked = useAsk(() => answer(api.GET('/console/api/violations/{id}', { params: { path: { id } } })), [id]);
  const text = useTicketText();
  const isOffice = useMay('office');
  const violation = asked.value;
  const isReady = violation !== undefined && (text.value !== undefined || text.refusal !== undefined);
  useEffect(() => {
    if (!isReady) return undefined;
    // After the slip is on the page.
    const soon = setTimeout(() => print());
    return () => clearTimeout(soon);
  }, [isReady]);
  if (!violation || !isReady) {
    return <Page title={t('print')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  }
  const isSilent = text.value && !text.value.ticketTextEn && !text.value.ticketTextFr;
  return (
    <div class="print-room">
      <header class="print-bar">
        <a class="btn btn-quiet" href={`/console/violations/${id}`}>
          {t('back')}
        </a>
        <button type="button" class="btn btn-primary" onClick={() => print()}>
          {t('print')}
        </button>
      </header>
      {isOffice && isSilent && <p class="print-note">{t('ticket_text.none')}</p>}
      <Page title={t(violation.state === 'warning' ? 'print.warning' : 'print.ticket')}>
        <Slip violation={violation} text={text.value} />
      </Page>
    </div>
  );
}
