/** How the helper is set up. As attributes of the script element, each name begins with `data-`. */
export interface Options {
  /** The client that the page signs in to. */
  client: string;
  /** `code` unless told otherwise. */
  flow?: "code" | "implicit";
  /** The connector's "JS Method Name": `lpGetAuthenticationToken` unless told otherwise, with dots where it lies deeper. */
  method?: string;
  /** The connector's "JS Context": `window` unless told otherwise. */
  context?: string;
  /** Seconds after which a call is answered with an error: 10 unless told otherwise. */
  timeout?: number | string;
  /** Where sign-ins come back to, as it is registered; this page without query and fragment unless told otherwise. */
  redirect?: string;
  /** `openid` unless told otherwise. */
  scope?: string;
  /** Whether a page of another site asks for an id_token beside the code, so that it can declare who is there. Not unless told so. */
  named?: boolean | "true" | "false";
  /** Languages of the sign-in page, best first, separated by spaces. */
  locale?: string;
  /** How somebody may sign in: in a pop-up while a click counts and else by leaving the page (`auto`), or one of them. */
  interaction?: Interaction;
  /** Where the provider is, if the script wasn't loaded from there. */
  issuer?: string;
  /** What `aud` of an id_token must hold, where it isn't the client. */
  audience?: string;
  /** A username to begin a sign-in with. */
  loginHint?: string;
  /** Where a logout leads, as it is registered. Without it the page stays where an id_token proves whose session it is. */
  logoutRedirect?: string;
}

export type Interaction = "auto" | "popup" | "redirect" | "none";

/** Who is there, as the messaging platform wants it declared. */
export interface Identity {
  readonly iss: string;
  readonly acr: "loa1";
  readonly sub: string;
}

/** A code and where it was asked for. */
export interface CodeToken {
  ssoKey: string;
  redirect_uri: string;
}

/** An id_token in the implicit flow, a code in the other. */
export type Token = string | CodeToken;

/** What promises are rejected with. */
export interface SignetError extends Error {
  /** The reason, as the callback gets it. */
  code: string;
}

/** The connector's JS method. */
export type Method = (callback: (token: Token, error?: string) => void, codeChallenge?: string | null) => void;

export interface Signet extends EventTarget {
  /** Sets options, and may be called again to change some. */
  configure(options: Partial<Options>): Signet;
  /** A token. Nothing is shown to anybody unless `interaction` allows it. */
  token(how?: { challenge?: string; interaction?: Interaction }): Promise<Token>;
  /** Who is there; null where nobody is or nobody can say. */
  identity(): Promise<Identity | null>;
  /** Lets somebody sign in, unless somebody is. To be called from a click. */
  login(how?: { interaction?: Interaction }): Promise<Identity | null>;
  /** Ends the session at the provider, and forgets who was there. */
  logout(): Promise<void>;
  /** Called when somebody else is there than before, or nobody any more. */
  onchange: ((event: CustomEvent<Identity | null>) => void) | null;
  addEventListener(
    type: "change",
    listener: (event: CustomEvent<Identity | null>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export declare const signet: Signet;
export default signet;

declare global {
  interface Window {
    signet: Signet;
  }
}
