// Pay, reverse, adjust, appeal, decide, cancel, spoil: each asks for what the record will say of it.

import { type Schemas, Refusal, answer, api } from '../api';
import { moment, money } from '../format';
import { type Field, FormDialog, type Values } from '../parts/form';
import { t } from '../words';

export type Act = 'pay' | 'adjust' | 'appeal' | 'decide' | 'cancel' | 'spoil';
type Whole = Schemas['Violation'];
export type Payment = Whole['payments'][number];

const reason = (): Field => ({ name: 'reason', label: t('reason'), kind: 'long', required: true, max: 2000 });

function fieldsOf(act: Act, violation: Whole): Field[] {
  switch (act) {
    case 'pay':
      return [
        { name: 'amountCents', label: t('amount'), kind: 'money', required: true, value: (violation.owedCents / 100).toFixed(2), hint: t('pay.hint', { owed: money(violation.owedCents) }) },
        { name: 'method', label: t('method'), kind: 'select', required: true, options: ['cash', 'card', 'cheque'].map((value) => ({ value, label: t(`method.${value as 'cash'}`) })) },
      ];
    case 'adjust':
      return [{ name: 'fineCents', label: t('adjust.fine'), kind: 'money', required: true }, reason()];
    case 'appeal':
      return [{ ...reason(), name: 'comment', label: t('appeal.comment') }];
    case 'decide':
      return [
        { name: 'decision', label: t('decision'), kind: 'select', required: true, options: (['uphold', 'reduce', 'cancel'] as const).map((value) => ({ value, label: t(`decision.${value}`) })) },
        { name: 'fineCents', label: t('decision.fine'), kind: 'money', hint: t('decision.fine.hint') },
        { ...reason(), name: 'reply', label: t('decision.reply') },
      ];
    case 'cancel':
    case 'spoil':
      return [reason()];
  }
}

function need(cents: number | null, field: string): number {
  if (cents !== null) return cents;
  throw new Refusal('invalid', '', [{ field, detail: t('error.amount') }]);
}

function paid(values: Values, owed: number): number {
  const cents = need(values.cents('amountCents'), 'amountCents');
  if (cents <= owed) return cents;
  throw new Refusal('invalid', '', [{ field: 'amountCents', detail: t('pay.too_much', { owed: money(owed) }) }]);
}

function send(act: Act, { id, owedCents }: Whole, values: Values): Promise<Whole> {
  const params = { path: { id } };
  switch (act) {
    case 'pay':
      return answer(api.POST('/console/api/violations/{id}/payments', { params, body: { amountCents: paid(values, owedCents), method: values.need('method') } }));
    case 'adjust':
      return answer(api.POST('/console/api/violations/{id}/adjustment', { params, body: { fineCents: need(values.cents('fineCents'), 'fineCents'), reason: values.need('reason') } }));
    case 'appeal':
      return answer(api.POST('/console/api/violations/{id}/appeals', { params, body: { comment: values.need('comment') } }));
    case 'decide': {
      const decision = values.need('decision') as 'uphold' | 'reduce' | 'cancel';
      const fineCents = decision === 'reduce' ? need(values.cents('fineCents'), 'fineCents') : null;
      return answer(api.POST('/console/api/violations/{id}/appeal-decision', { params, body: { decision, fineCents, reply: values.need('reply') } }));
    }
    case 'cancel':
      return answer(api.POST('/console/api/violations/{id}/cancel', { params, body: { reason: values.need('reason') } }));
    case 'spoil':
      return answer(api.POST('/console/api/violations/{id}/spoil', { params, body: { reason: values.need('reason') } }));
  }
}

/** What the change does, in a sentence, where its name does not say it. */
function leadOf(act: Act, violation: Whole): string | undefined {
  if (act === 'cancel' || act === 'spoil') return t(`act.${act}.lead`);
  if (act === 'decide' && violation.dueIfDecided) return t('decision.due', { time: moment(violation.dueIfDecided) });
  return undefined;
}

export function ActDialog(props: { act: Act; violation: Whole; onClose: () => void; onDone: (now: Whole) => void }) {
  const { act, violation } = props;
  const isEnd = act === 'cancel' || act === 'spoil';
  return (
    <FormDialog
      title={isEnd ? t(`act.${act}.title`, { ticket: violation.ticket }) : t(`act.${act}`)}
      lead={leadOf(act, violation)}
      keep={isEnd ? { label: t('act.keep'), onClick: props.onClose } : undefined}
      onClose={props.onClose}
      fields={fieldsOf(act, violation)}
      submit={t(`act.${act}`)}
      danger={isEnd}
      send={async (values) => props.onDone(await send(act, violation, values))}
    />
  );
}

export function ReverseDialog(props: { payment: Payment; violation: Whole; onClose: () => void; onDone: (now: Whole) => void }) {
  const params = { path: { id: props.violation.id, payment: props.payment.id } };
  return (
    <FormDialog
      title={t('act.reverse.title', { amount: money(props.payment.amountCents) })}
      lead={t('act.reverse.lead')}
      keep={{ label: t('act.keep'), onClick: props.onClose }}
      onClose={props.onClose}
      fields={[reason()]}
      submit={t('act.reverse.submit')}
      danger
      send={async (values) => {
        const body = { reason: values.need('reason') };
        props.onDone(await answer(api.POST('/console/api/violations/{id}/payments/{payment}/reversal', { params, body })));
      }}
    />
  );
}
