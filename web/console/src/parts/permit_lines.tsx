// Permits of a plate: what they are for and until when, each a link to its page.

import type { Schemas } from '../api';
import { ago, moment } from '../format';
import { t } from '../words';
import { Badge, Plate } from './basics';

export function PermitLines(props: { permits: Schemas['PlatePermit'][]; withPlate?: boolean; withStart?: boolean }) {
  return (
    <ul class="lines">
      {props.permits.map((permit) => (
        <li>
          <a href={`/console/permits/${permit.reference}`}>
            <span class="line-main">
              {props.withPlate && <Plate plate={permit.plate} />}
              <strong>{permit.zone ?? t('zone.any')}</strong>
              {!permit.isConnected && <Badge tone="warn">{t('zone.disconnected')}</Badge>}
            </span>
            <span class="line-note">
              {props.withStart && <>{t('from_time', { time: moment(permit.startTime) })} </>}
              {permit.endedSecondsAgo === null
                ? t('until', { time: moment(permit.endTime) })
                : t('ended', { ago: ago(permit.endedSecondsAgo), time: moment(permit.endTime) })}
              {' · '}
              {t(`permit.${permit.type}`)}
              {permit.permitNo && ` · ${permit.permitNo}`}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
