// What is left under the wiper: one page of A6.

import { useEffect } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answer, api } from '../api';
import { useAsk } from '../ask';
import { moment, money } from '../format';
import { Busy, Facts, Page, Refused } from '../parts/basics';
import { looks } from '../parts/violation_lines';
import { useClient } from '../session';
import { t } from '../words';

/** The paper's size holds for the whole document, so the sheet is there while the slip is. */
const paper = new CSSStyleSheet();
paper.replaceSync('@page { size: 105mm 148mm; margin: 6mm; }');

export function PrintViolation() {
  const id = Number(useRoute().params['id']);
  const client = useClient();
  useEffect(() => {
    document.adoptedStyleSheets.push(paper);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== paper);
    };
  }, []);
  const asked = useAsk(() => answer(api.GET('/console/api/violations/{id}', { params: { path: { id } } })), [id]);
  const violation = asked.value;
  if (!violation) return <Page title={t('print')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  const { vehicle } = violation;
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
      <Page title={t(violation.state === 'warning' ? 'print.warning' : 'print.ticket')}>
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
        </article>
      </Page>
    </div>
  );
}
