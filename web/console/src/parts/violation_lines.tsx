import type { Schemas } from '../api';
import { moment, money } from '../format';
import { Empty, State } from './basics';

export function ViolationLines(props: { violations: Schemas['ViolationSummary'][]; empty?: string }) {
  if (props.violations.length === 0) return props.empty ? <Empty>{props.empty}</Empty> : null;
  return (
    <ul class="lines">
      {props.violations.map((violation) => (
        <li>
          <a href={`/console/violations/${violation.id}`}>
            <span class="line-main">
              <strong>{violation.ticket}</strong> <State state={violation.state} />
              <span class="line-end">{money(violation.owedCents)}</span>
            </span>
            <span class="line-note">
              {moment(violation.issuedAt)} · {violation.types.join(', ')}
              {violation.location && ` · ${violation.location}`}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What a vehicle looks like, in a line. */
export const looks = (vehicle: Schemas['Vehicle']) =>
  [vehicle.colour, vehicle.make, vehicle.type, vehicle.year, vehicle.province, vehicle.plateType]
    .filter((part) => part !== null)
    .join(' · ');
