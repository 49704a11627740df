// What a new client still needs: a list of steps, each with a link to the page where it is done.

import { useState } from 'preact/hooks';
import { Circle, CircleCheck } from 'lucide-preact';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { useClient, useMay } from '../session';
import { isLive } from '../tokens';
import { type Key, t } from '../words';
import { Badge, Card } from './basics';

interface Step {
  title: Key;
  help: Key;
  action: Key;
  href: string;
  isDone: boolean;
}

async function askForLists() {
  const { lists } = await answer(api.GET('/console/api/lists'));
  const has = (kind: Schemas['ListKind']) => (lists[kind] ?? []).length > 0;
  return { hasTypes: has('violation-type'), hasLocations: has('location') };
}

async function askForPeople() {
  const [{ integrations }, { operators }] = await Promise.all([
    answer(api.GET('/console/api/integrations')),
    answer(api.GET('/console/api/operators')),
  ]);
  const hasToken = integrations.some(({ tokens }) => tokens.some(isLive));
  return { first: integrations[0]?.id, hasToken, hasOthers: operators.some(({ isSelf, ofAllClients }) => !isSelf && !ofAllClients) };
}

/** The steps that the viewer's role may do. */
async function askForSteps(hasZones: boolean, isAdministrator: boolean): Promise<Step[]> {
  const [lists, people] = await Promise.all([askForLists(), isAdministrator ? askForPeople() : undefined]);
  const steps: Step[] = [
    { title: 'list.zones', help: 'setup.zones', action: 'zone.add', href: '/console/settings?list=zones', isDone: hasZones },
    { title: 'list.violation-type', help: 'setup.types', action: 'violation_type.add', href: '/console/settings?list=violation-type', isDone: lists.hasTypes },
    { title: 'list.location', help: 'setup.locations', action: 'location.add', href: '/console/settings?list=location', isDone: lists.hasLocations },
  ];
  if (people) {
    const { first, hasToken, hasOthers } = people;
    const tokenPage = first ? `/console/integrations/${first}` : '/console/integrations';
    steps.push(
      { title: 'integration', help: 'setup.integration', action: 'integration.add', href: '/console/integrations', isDone: first !== undefined },
      { title: 'token', help: 'setup.token', action: 'token.make', href: tokenPage, isDone: hasToken },
      { title: 'operators', help: 'setup.people', action: 'operator.add', href: '/console/operators', isDone: hasOthers },
    );
  }
  return steps;
}

const hiddenOf = (client: string) => `setup hidden ${client}`;

/** Shown while a step is left. A client that `isRunning` is not told that it has one operator only. */
export function Setup({ hasZones, isRunning }: { hasZones: boolean; isRunning: boolean }) {
  const { code } = useClient();
  const isOffice = useMay('office');
  const isAdministrator = useMay('administrator');
  const [isHidden, setHidden] = useState(() => localStorage.getItem(hiddenOf(code)) !== null);
  const asked = useAsk(async () => (isOffice && !isHidden ? askForSteps(hasZones, isAdministrator) : []), [hasZones]);
  const steps = asked.value ?? [];
  const left = steps.filter(({ isDone }) => !isDone);
  const isNeeded = left.some(({ title }) => !isRunning || title !== 'operators');
  if (isHidden || !isNeeded) return null;
  function hide() {
    localStorage.setItem(hiddenOf(code), 'yes');
    setHidden(true);
  }
  return (
    <Card
      title={t('setup')}
      actions={
        <button type="button" class="btn btn-quiet" onClick={hide}>
          {t('setup.hide')}
        </button>
      }
    >
      <p class="line-note">{t('setup.progress', { done: steps.length - left.length, all: steps.length })}</p>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.title} class={step.isDone ? 'is-done' : undefined}>
            {step.isDone ? <CircleCheck aria-hidden="true" /> : <Circle aria-hidden="true" />}
            <div>
              <strong>{t(step.title)}</strong>
              <div class="line-note">{t(step.help)}</div>
            </div>
            {step.isDone ? (
              <a class="step-done" href={step.href} aria-label={`${t(step.title)}: ${t('setup.done')}`}>
                <Badge tone="good">{t('setup.done')}</Badge>
              </a>
            ) : (
              <a class={`btn ${step === left[0] ? 'btn-primary' : 'btn-outline'}`} href={step.href}>
                {t(step.action)}
              </a>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
