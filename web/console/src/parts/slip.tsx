// The ticket as it is left under the wiper: one page of A6.

import { createPortal } from 'preact/compat';
import { useEffect } from 'preact/hooks';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { moment, money } from '../format';
import { useClient } from '../session';
import { t } from '../words';
import { Facts } from './basics';
import { looks } from './violation_lines';

type Settings = Schemas['Settings'];

/** The paper's size holds for the whole document, so the sheet is there while a slip is. */
const paper = new CSSStyleSheet();
paper.replaceSync('@page { size: 105mm 148mm; margin: 6mm; }');

export function usePaper() {
  useEffect(() => {
    document.adoptedStyleSheets.push(paper);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== paper);
    };
  }, []);
}

/** What the client has printed on its tickets. */
export const useTicketText = () => useAsk(() => answer(api.GET('/console/api/settings')), []);

export function Slip({ violation, text }: { violation: Schemas['Violation']; text?: Settings }) {
  const client = useClient();
  const { vehicle } = violation;
  return (
    <article class="slip">
      <p class="slip-client">{client.name}</p>
      <p class="slip-number">{violation.ticket}</p>
      <p class="slip-plate">{violation.plate}</p>
      <Facts
        facts={[
          [t('vehicle'), vehicle && looks(vehicle)],
          [t('issued'), moment(violation.issuedAt)],
          [t('location'), violation.location],
          [t('violation_type'), violation.details.map((one) => <div>{[one.type, one.code].filter(Boolean).join(' · ')}</div>)],
          [t('officer'), violation.officer],
        ]}
      />
      {violation.state !== 'warning' && (
        <div class="slip-sum">
          <div>
            <span>{t('fine')}</span>
            <strong>{money(violation.fineCents)}</strong>
          </div>
          {violation.discountUntil && violation.discountCents > 0 && (
            <p>{t('print.discount', { amount: money(violation.fineCents - violation.discountCents), time: moment(violation.discountUntil) })}</p>
          )}
          <p>{t('print.due', { time: moment(violation.dueAt) })}</p>
        </div>
      )}
      {text?.ticketTextEn && (
        <p class="slip-text" lang="en">
          {text.ticketTextEn}
        </p>
      )}
      {text?.ticketTextFr && (
        <p class="slip-text" lang="fr">
          {text.ticketTextFr}
        </p>
      )}
    </article>
  );
}

/** The slip alone is what a page prints while this stands on it. */
export function PrintedSlip({ violation }: { violation: Schemas['Violation'] }) {
  usePaper();
  const text = useTicketText();
  useEffect(() => {
    document.body.classList.add('prints-slip');
    return () => document.body.classList.remove('prints-slip');
  }, []);
  return createPortal(
    <div class="print-only" aria-hidden="true">
      <p class="slip-title">{t(violation.state === 'warning' ? 'print.warning' : 'print.ticket')}</p>
      <Slip violation={violation} text={text.value} />
    </div>,
    document.body,
  );
}
