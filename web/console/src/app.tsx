// The page as a whole: who is signed in decides what there is to see.

import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { ErrorBoundary, LocationProvider } from 'preact-iso';
import { Refusal, type Session, answer, api, onSignedOut } from './api';
import { setPlace } from './format';
import { type Language, keepLanguage, language } from './look';
import { Busy, Refused } from './parts/basics';
import { Toasts } from './parts/toast';
import { forgetAnswers } from './pages/plate_check';
import { SignIn } from './pages/sign_in';
import { Welcome } from './pages/welcome';
import { SeatContext } from './session';
import { Shell } from './shell';
import { speak } from './words';

export function App() {
  const [session, set] = useState<Session | null>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [spoken, setSpoken] = useState<Language>(language());

  const setSession = useCallback((now: Session | null) => {
    forgetAnswers();
    set(now);
  }, []);
  useEffect(() => {
    onSignedOut(() => setSession(null));
    // Asking without a session would leave an error in the browser's console.
    if (!localStorage.getItem('signed in')) {
      setSession(null);
      return;
    }
    answer(api.GET('/console/api/session')).then(setSession, (error: unknown) => {
      if (error instanceof Refusal && error.kind !== 'signIn') setRefusal(error);
      else setSession(null);
    });
  }, []);

  useEffect(() => {
    if (session) localStorage.setItem('signed in', 'yes');
    else if (session === null) localStorage.removeItem('signed in');
  }, [session]);

  const seat = useMemo(() => (session ? { session, renew: setSession } : null), [session]);
  if (session?.client) setPlace(session.client.timeZone, session.client.currency);

  async function choose(chosen: Language) {
    await speak(chosen);
    keepLanguage(chosen);
    setSpoken(chosen);
  }

  return (
    <LocationProvider scope="/console">
      <ErrorBoundary>
        <Toasts />
        <div key={`${spoken} ${session?.client?.code ?? ''}`} class="whole">
          {location.pathname === '/console/welcome' && !session ? (
            <Welcome onDone={setSession} onLanguage={choose} />
          ) : seat ? (
            <SeatContext.Provider value={seat}>
              <Shell onLanguage={choose} />
            </SeatContext.Provider>
          ) : session === null ? (
            <SignIn onDone={setSession} onLanguage={choose} />
          ) : (
            <div class="door">{refusal ? <Refused refusal={refusal} /> : <Busy />}</div>
          )}
        </div>
      </ErrorBoundary>
    </LocationProvider>
  );
}
