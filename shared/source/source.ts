// Where observations come from: a host that watches nodes, or a recording. Screens ask what can be done, not which it is.

/** What may be asked of the nodes of a source. */
export interface Capabilities {
  /** New looks come by themselves. */
  readonly isLive: boolean;
  /** Its numbers are made up: said wherever they show. */
  readonly isDemo: boolean;
  /** Any moment of the whole can be shown, not only what the page has kept of it. */
  readonly canSeek: boolean;
  /** A look can be taken now, its interval changed, its connection made again. */
  readonly canLook: boolean;
  /** It can be said of an engine that it is awake or asleep. */
  readonly canTell: boolean;
  /** A mark can be set now. */
  readonly canMark: boolean;
}

export function liveCapabilities(isDemo: boolean): Capabilities {
  return { isLive: true, isDemo, canSeek: false, canLook: true, canTell: true, canMark: true };
}

/** What is said of an engine counts for whoever looks, and does not change the recording. */
export function recordedCapabilities(isDemo: boolean): Capabilities {
  return { isLive: false, isDemo, canSeek: true, canLook: false, canTell: true, canMark: false };
}
