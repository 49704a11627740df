// One integration: what it may do, its tokens, what it asked lately, and how it should ask.

import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { Copy, KeyRound } from 'lucide-preact';
import curls from '../../generated/curls.json';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk, usePages, useSend } from '../ask';
import { milliseconds } from '../format';
import { Badge, Busy, Card, Empty, NextButton, NextLink, Page, Refused, When } from '../parts/basics';
import { Dialog } from '../parts/dialog';
import { FormDialog } from '../parts/form';
import { PagedTable, Table } from '../parts/table';
import { say } from '../parts/toast';
import { useClient, useMay } from '../session';
import { type Token, isLive } from '../tokens';
import { t } from '../words';
import { integrationBody, integrationFields } from './integrations';

type One = Schemas['Integration'];

/** Browsers give pages a clipboard over TLS and on this very machine alone; elsewhere the old way works. */
async function copy(text: string) {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard) {
    await clipboard.writeText(text);
  } else {
    // In an open dialog, as what lies behind one cannot be selected.
    const field = (document.querySelector('dialog[open]') ?? document.body).appendChild(document.createElement('textarea'));
    field.className = 'visually-hidden';
    field.value = text;
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  say(t('copied'));
}

export function Integration() {
  const id = Number(useRoute().params['id']);
  const asked = useAsk(() => answer(api.GET('/console/api/integrations')), [id]);
  const [isSetting, setSetting] = useState(false);
  const isAdministrator = useMay('administrator');
  const one = asked.value?.integrations.find((known) => known.id === id);
  if (!asked.value) return <Page title={t('integration')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  if (!one) return <Page title={t('integration')}><Empty next={<NextLink href="/console/integrations">{t('integrations')}</NextLink>}>{t('error.notFound')}</Empty></Page>;
  return (
    <Page
      title={one.name}
      actions={
        isAdministrator && (
          <button type="button" class="btn btn-outline" onClick={() => setSetting(true)}>
            {t('integration.set')}
          </button>
        )
      }
    >
      <Tokens one={one} onChange={asked.again} />
      <Card title={t('curl')}>
        <Curls one={one} onChoose={isAdministrator ? () => setSetting(true) : undefined} />
      </Card>
      <Requests id={id} />
      {isSetting && (
        <FormDialog
          title={t('integration.set')}
          onClose={() => setSetting(false)}
          fields={integrationFields(asked.value.permissions, one)}
          submit={t('save')}
          send={async (values) => {
            await answer(api.PUT('/console/api/integrations/{id}', { params: { path: { id } }, body: integrationBody(values) }));
            say(t('saved'));
            setSetting(false);
            asked.again();
          }}
        />
      )}
    </Page>
  );
}

const TokenState = ({ token }: { token: Token }) =>
  isLive(token) ? (
    <Badge tone="good">{t('token.live')}</Badge>
  ) : (
    <Badge tone="mute">{t(token.revokedAt ? 'token.revoked' : 'token.expired')}</Badge>
  );

function Tokens({ one, onChange }: { one: One; onChange: () => void }) {
  const isAdministrator = useMay('administrator');
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<string>();
  const [isCopied, setCopied] = useState(false);
  const close = () => (isCopied || confirm(t('token.uncopied'))) && setMade(undefined);
  const { send, refusal } = useSend();
  const revoke = (id: number, hint: string) =>
    confirm(t('token.revoke.sure', { hint })) &&
    void send(() => answer(api.DELETE('/console/api/tokens/{id}', { params: { path: { id } } }))).then((isDone) => isDone && onChange());
  const revokeButton = (token: Token) =>
    isLive(token) ? (
      <button type="button" class="btn btn-quiet" aria-label={`${t('token.revoke')}: ${token.hint}…`} onClick={() => revoke(token.id, token.hint)}>
        {t('token.revoke')}
      </button>
    ) : (
      '–'
    );
  return (
    <Card
      title={t('tokens')}
      actions={
        isAdministrator && (
          <button type="button" class="btn btn-primary" onClick={() => setAsking(true)}>
            <KeyRound aria-hidden="true" /> {t('token.make')}
          </button>
        )
      }
    >
      <Refused refusal={refusal} />
      {one.tokens.length === 0 ? (
        <Empty next={isAdministrator && <NextButton onClick={() => setAsking(true)}>{t('token.make')}</NextButton>}>{t('tokens.none')}</Empty>
      ) : (
        <Table
          label={t('tokens')}
          rows={one.tokens}
          columns={[
            { title: t('token'), cell: (token) => <code>{token.hint}…</code> },
            { title: t('token.used'), cell: (token) => <When time={token.lastUsedAt} relative /> },
            { title: t('token.expires'), cell: (token) => (token.expiresAt ? <When time={token.expiresAt} /> : t('never')) },
            { title: t('state'), cell: (token) => <TokenState token={token} /> },
            ...(isAdministrator ? [{ title: t('action'), cell: revokeButton }] : []),
          ]}
        />
      )}
      {isAsking && (
        <FormDialog
          title={t('token.make')}
          onClose={() => setAsking(false)}
          fields={[{ name: 'expires', label: t('token.expires'), kind: 'date', hint: t('token.expires.hint') }]}
          submit={t('token.make')}
          send={async (values) => {
            const { token } = await answer(api.POST('/console/api/integrations/{id}/tokens', { params: { path: { id: one.id } }, body: { expires: values.text('expires') } }));
            setAsking(false);
            setMade(token);
            setCopied(false);
            onChange();
          }}
        />
      )}
      {made && (
        <Dialog title={t('token.made')} onClose={close}>
          <p>{t('token.made.lead')}</p>
          <p class="secret">
            <code>{made}</code>
          </p>
          <div class="form-actions">
            <button type="button" class="btn btn-primary" onClick={() => void copy(made).then(() => setCopied(true))}>
              <Copy aria-hidden="true" /> {t('copy')}
            </button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

/** An example for each endpoint it may use; single quotes in the shell's way. */
function Curls({ one, onChoose }: { one: One; onChoose?: () => void }) {
  const { code } = useClient();
  const curlOf = (path: string, body: string) =>
    `curl -sS '${location.origin}${path.replace('{client}', encodeURIComponent(code))}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${body.replaceAll("'", "'\\''")}'`;
  const open = curls.filter(({ permission }) => one.permissions.includes(permission));
  if (open.length === 0) return <Empty next={onChoose && <NextButton onClick={onChoose}>{t('permissions.choose')}</NextButton>}>{t('permissions.none')}</Empty>;
  return (
    <ul class="lines plain curls">
      {open.map(({ permission, path, body }) => (
        <li class="curl-line">
          <code>{permission}</code>
          <button type="button" class="btn btn-quiet" aria-label={t('curl.copy', { name: permission })} onClick={() => void copy(curlOf(path, body))}>
            <Copy aria-hidden="true" /> curl
          </button>
        </li>
      ))}
    </ul>
  );
}

function Requests({ id }: { id: number }) {
  const { path, query, route } = useLocation();
  const outcome = query['outcome'] === 'failed' ? 'failed' : 'all';
  const pages = usePages<Schemas['LoggedRequest']>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/integrations/{id}/requests', { params: { path: { id }, query: { outcome, cursor } } }));
      return { rows: page.requests, next: page.next };
    },
    [id, outcome],
  );
  return (
    <Card
      title={t('requests')}
      actions={
        <label class="check">
          <input class="form-check-input" type="checkbox" checked={outcome === 'failed'} onChange={(event) => route(linkTo(path, { outcome: event.currentTarget.checked ? 'failed' : '' }))} />
          <span>{t('requests.failed')}</span>
        </label>
      }
    >
      <PagedTable
        label={t('requests')}
        pages={pages}
        empty={t(outcome === 'failed' ? 'requests.none_failed' : 'requests.none')}
        columns={[
          { title: t('time'), cell: (row) => <When time={row.at} /> },
          { title: t('endpoint'), cell: (row) => <code>{row.endpoint}</code> },
          { title: t('answer'), cell: (row) => <><Badge tone={row.code === null ? 'good' : 'bad'}>{row.code === null ? t('request.ok') : String(row.code)}</Badge>{row.times > 1 && <div class="line-note">{t('request.times', { count: row.times })}</div>}</> },
          { title: t('feed.why'), cell: (row) => <>{row.message ?? '–'}{row.detail && <div class="line-note">{row.field && `${row.field}: `}{row.detail}</div>}</> },
          { title: t('request.id'), cell: (row) => <code class="small-code">{row.requestId}</code> },
          { title: 'ms', number: true, cell: (row) => milliseconds(row.microseconds) },
        ]}
      />
    </Card>
  );
}
