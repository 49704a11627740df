// A violation is written where the car stands: with the plate and the evidence of the check, photos of
// the camera, and the place if the officer lets the device tell it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Camera, MapPin, X } from 'lucide-preact';
import { answer, api, sendFile, type Schemas } from '../api';
import { asRefusal, useAsk } from '../ask';
import { useLists } from '../lists';
import { Busy, NextLink, Page, Plate, Refused } from '../parts/basics';
import { Form, type Field, type Values } from '../parts/form';
import { say } from '../parts/toast';
import { looks } from '../parts/violation_lines';
import { useClient, useMay } from '../session';
import { t } from '../words';

const k_offered = ['violation-type', 'location', 'category', 'province', 'plate-type', 'make', 'colour'] as const;

interface Photo {
  file: File;
  url: string;
}

/** What the office sets for most tickets is chosen already: the plate type and province used last, whose ids are the client's. */
const lastOf = (client: string, kind: string) => `last ${kind} ${client}`;

export function WriteViolation() {
  const { query, route } = useLocation();
  const { code } = useClient();
  const last = (kind: string) => localStorage.getItem(lastOf(code, kind)) ?? '';
  const lists = useLists(k_offered);
  const [photos, setPhotos] = useState<Photo[]>([]);
  const [progress, setProgress] = useState<string>();
  const place = usePlace();
  const vehicleId = Number(query['vehicle']) || undefined;
  const vehicle = useAsk(
    async () => (vehicleId ? answer(api.GET('/console/api/vehicles/{id}', { params: { path: { id: vehicleId } } })) : undefined),
    [vehicleId],
  );
  const isOffice = useMay('office');
  const types = lists.choices('violation-type');
  const locations = lists.choices('location');
  const zone = query['check'] ? query['zone'] : undefined;

  async function write(values: Values) {
    for (const kind of ['province', 'plateType']) localStorage.setItem(lastOf(code, kind), values.text(kind) ?? last(kind));
    const body: Schemas['NewViolation'] = {
      types: values.all('types').map(Number),
      category: values.number('category'),
      location: values.number('location'),
      comment: values.text('comment'),
      isWarning: values.all('isWarning').length > 0,
      check: Number(query['check']) || null,
      ...(place.found ?? {}),
      ...(vehicle.value
        ? { vehicle: vehicle.value.id }
        : {
            plate: values.text('plate'),
            province: values.number('province'),
            plateType: values.number('plateType'),
            make: values.number('make'),
            colour: values.number('colour'),
          }),
    };
    const written = await answer(api.POST('/console/api/violations', { body }));
    await attach(written.id);
    say(t('write.done', { ticket: written.ticket }));
    route(`/console/violations/${written.id}`);
  }

  /** The ticket stands already: a photo that is refused is told of, and can be sent again from its page. */
  async function attach(id: number) {
    for (const [i, { file }] of photos.entries()) {
      const path = `/console/api/violations/${id}/photos?name=${encodeURIComponent(file.name.slice(0, 100))}`;
      const tell = (part: number) =>
        setProgress(t('photo.sending', { n: i + 1, of: photos.length, percent: Math.round(part * 100) }));
      try {
        await sendFile(path, file, file.type, tell);
      } catch (error) {
        say(`${t('photo.refused', { name: file.name })} ${asRefusal(error).detail}`);
      }
    }
  }

  const car: Field[] = [
    { name: 'plate', label: t('plate'), kind: 'plate', required: true, max: 50, value: query['plate'] },
    { name: 'province', label: t('province'), kind: 'select', required: true, none: t('choose'), options: lists.choices('province'), value: last('province') },
    { name: 'plateType', label: t('plate_type'), kind: 'select', required: true, none: t('choose'), options: lists.choices('plate-type'), value: last('plateType') },
    { name: 'make', label: t('make'), kind: 'select', none: t('unknown'), options: lists.choices('make') },
    { name: 'colour', label: t('colour'), kind: 'select', none: t('unknown'), options: lists.choices('colour') },
  ];
  const ticket: Field[] = [
    { name: 'types', label: t('violation_type'), kind: 'checks', options: types, hint: types.length === 0 && <NoneYet kind="violation-type" isOffice={isOffice} /> },
    // The zone of the check is the location where no other is chosen.
    {
      name: 'location', label: t('location'), kind: 'select', required: !zone, plain: true, options: locations,
      none: zone ? t('location.of_check', { zone }) : t('choose'),
      hint: !zone && locations.length === 0 && <NoneYet kind="location" isOffice={isOffice} />,
    },
    { name: 'category', label: t('category'), kind: 'select', none: t('none'), options: lists.choices('category') },
    { name: 'comment', label: t('comment'), kind: 'long', max: 2000 },
    { name: 'isWarning', label: t('kind'), kind: 'checks', options: [{ value: 'yes', label: t('write.warning') }] },
  ];
  const isReady = lists.value && (!vehicleId || vehicle.value || vehicle.refusal);
  return (
    <Page title={t('write')} lead={query['check'] ? t('write.from_check') : undefined}>
      <Refused refusal={lists.refusal ?? vehicle.refusal} />
      {!isReady ? (
        !lists.refusal && <Busy />
      ) : (
        <>
          {vehicle.value && (
            <p class="panel vehicle-line">
              <Plate plate={vehicle.value.plate} /> <span>{looks(vehicle.value)}</span>
            </p>
          )}
          <Form class="panel form-wide" fields={vehicle.value ? ticket : [...car, ...ticket]} submit={t('write.submit')} send={write}>
            <Photos photos={photos} onChange={setPhotos} />
            <div class="field">
              <span class="form-label">{t('place')}</span>
              <div class="inline">
                <button type="button" class="btn btn-outline" onClick={place.ask}>
                  <MapPin aria-hidden="true" /> {t('place.add')}
                </button>
                <span role="status">{place.text}</span>
              </div>
            </div>
            {progress && (
              <p role="status" class="busy">
                {progress}
              </p>
            )}
          </Form>
        </>
      )}
    </Page>
  );
}

/** A list that a ticket needs is empty: the office is led there, an officer is told whom to ask. */
function NoneYet({ kind, isOffice }: { kind: 'violation-type' | 'location'; isOffice: boolean }) {
  const isType = kind === 'violation-type';
  return (
    <span class="inline">
      {t(isType ? 'violation_type.none' : 'location.none')}{' '}
      {isOffice ? <NextLink href={`/console/settings?list=${kind}`}>{t(isType ? 'violation_type.add' : 'location.add')}</NextLink> : t('ask_office')}
    </span>
  );
}

interface Place {
  latitude: number;
  longitude: number;
  accuracyMetres: number;
}

function usePlace() {
  const [found, setFound] = useState<Place>();
  const [text, setText] = useState('');
  function ask() {
    setText(t('place.asking'));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setFound({ latitude: coords.latitude, longitude: coords.longitude, accuracyMetres: coords.accuracy });
        setText(t('place.found', { metres: Math.round(coords.accuracy) }));
      },
      () => setText(t('place.refused')),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }
  return { found, text, ask };
}

/** As many as the server takes for one violation. */
export const mostPhotos = 20;

export function Photos(props: { photos: Photo[]; onChange: (photos: Photo[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const shown = useRef(props.photos);
  shown.current = props.photos;
  useEffect(() => () => shown.current.forEach(({ url }) => URL.revokeObjectURL(url)), []);
  function add() {
    const room = mostPhotos - props.photos.length;
    const picked = [...(input.current?.files ?? [])];
    if (picked.length > room) say(t('photo.full'));
    const chosen = picked.slice(0, room).map((file) => ({ file, url: URL.createObjectURL(file) }));
    props.onChange([...props.photos, ...chosen]);
    if (input.current) input.current.value = '';
  }
  return (
    <div class="field">
      <label class="btn btn-outline photo-button">
        <Camera aria-hidden="true" /> {t('photo.add')}
        <input ref={input} class="visually-hidden" type="file" accept="image/jpeg,image/png,image/webp" capture="environment" multiple onChange={add} />
      </label>
      <div class="form-text">{t('photo.hint')}</div>
      {props.photos.length > 0 && (
        <ul class="photos">
          {props.photos.map(({ file, url }, i) => (
            <li>
              <img src={url} alt={file.name} />
              <button
                type="button"
                class="btn btn-quiet btn-icon"
                aria-label={t('photo.remove', { name: file.name })}
                onClick={() => props.onChange(props.photos.filter((_, other) => other !== i))}
              >
                <X aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
