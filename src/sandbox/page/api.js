// The sandbox's own interface: reading what is, being told of changes, and acting for a person.

/// Says why the sandbox refused, in its own words.
export class Refused extends Error {}

async function request(path, body) {
  const options = body === undefined
    ? {}
    : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/sandbox/${path}`, { cache: "no-store", ...options });
  const text = await response.text();
  const answer = text && /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : null;
  if (!response.ok) throw new Refused(answer?.error ?? `HTTP ${response.status}`);
  return answer ?? {};
}

export const readState = () => request("state");
export const say = (words) => request("say", words);
export const press = (key) => request("press", key);
export const offers = (user, query) => request("inline", { user, query });
export const choose = (offer) => request("choose", offer);
export const start = (user, parameter) => request("start", { user, parameter });
export const addToGroup = (chat, user) => request("add_to_group", { chat, user });
export const fail = (rule) => request("fault", rule);
export const moveClock = (to) => request("clock", to);

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 10_000;

/// Calls `onChange` for each change until the page is left; reconnects with growing pauses and tells `onLink` how it stands.
export function listen(sinceVersion, onChange, onLink) {
  let pause = FIRST_PAUSE;
  const connect = () => {
    const source = new EventSource(`/sandbox/events?since=${sinceVersion()}`);
    source.onopen = () => {
      pause = FIRST_PAUSE;
      onLink(true);
      onChange();
    };
    source.onmessage = (event) => onChange(event.data);
    source.onerror = () => {
      source.close();
      onLink(false);
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  };
  connect();
}

/// Runs `work` for each call, but never twice at once, and once more if it was asked for meanwhile.
export function coalesce(work) {
  let running = null;
  let again = false;
  return function run() {
    if (running) {
      again = true;
      return running;
    }
    running = work().finally(() => {
      running = null;
      if (again) {
        again = false;
        run();
      }
    });
    return running;
  };
}
