/** How far this machine's clock is from the server's; the half of the way there and back is the error. */

const SHOWN_FROM_S = 2;
const HIDDEN_BELOW_S = 1.5;
const SLOWEST_MS = 2000;

export class Drift {
  constructor() {
    /** Ahead of the server: positive. */
    this.seconds = 0;
    this.isShown = false;
  }

  /** An answer of the server. @param {{asked: number, answered: number, server: number}} times ms; an answer that took long says too little */
  take({ asked, answered, server }) {
    if (answered - asked > SLOWEST_MS) return;
    this.seconds = ((asked + answered) / 2 - server) / 1000;
    this.isShown = Math.abs(this.seconds) > (this.isShown ? HIDDEN_BELOW_S : SHOWN_FROM_S);
  }
}
