// What is known of a plate: now, or, as evidence, what was when an officer asked.

import { TriangleAlert } from 'lucide-preact';
import type { Schemas } from '../api';
import { t } from '../words';
import { Card, Plate } from './basics';
import { PermitLines } from './permit_lines';
import { ViolationLines, looks } from './violation_lines';

export function Shown(props: { shown: Schemas['ShownThen']; isEvidence?: boolean }) {
  const { shown } = props;
  return (
    <div class="found-grid">
      {shown.permits.length > 0 && (
        <Card title={t('check.permits')}>
          <PermitLines permits={shown.permits} withStart={props.isEvidence} />
        </Card>
      )}
      {shown.otherZones.length > 0 && (
        <Card title={t('check.other_zones')}>
          <PermitLines permits={shown.otherZones} withStart={props.isEvidence} />
        </Card>
      )}
      {shown.justExpired.length > 0 && (
        <Card title={t('check.expired')}>
          <PermitLines permits={shown.justExpired} withStart={props.isEvidence} />
        </Card>
      )}
      {shown.near.length > 0 && (
        <Card title={t('check.near')} class="is-near">
          <p class="note">
            <TriangleAlert aria-hidden="true" /> {t('check.near.lead')}
          </p>
          <PermitLines permits={shown.near} withPlate withStart={props.isEvidence} />
        </Card>
      )}
      {shown.vehicles.length > 0 && (
        <Card title={t('check.vehicles')}>
          <ul class="lines">
            {shown.vehicles.map((vehicle) => (
              <li>
                <a href={`/console/vehicles/${vehicle.id}`}>
                  <span class="line-main">
                    <Plate plate={vehicle.plate} />
                  </span>
                  <span class="line-note">
                    {looks(vehicle)} · {t('vehicle.unpaid', { count: vehicle.unpaid })}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {shown.violations.length > 0 && (
        <Card title={t('check.violations')}>
          <ViolationLines violations={shown.violations} />
        </Card>
      )}
    </div>
  );
}
