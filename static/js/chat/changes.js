// Something is done to the talk by hand: the house is asked, the page drawn anew, and the way back offered.
import { toast } from "../toasts.js";
import { post } from "./http.js";
import { say } from "./words.js";

export class Changes {
  constructor({ base, refresh }) {
    Object.assign(this, { base, refresh });
  }

  /** Null when it was refused, and the reader told why. */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (!error.status && error.name !== "Error" && !error.code) throw error;
      toast(error.message);
      return null;
    }
  }

  /** What the house answered, null when it refused. `look` draws what changed; `told` says what happened, if anything. */
  async make(path, fields, told, { look = this.refresh } = {}) {
    const answer = await this.attempt(() => post(`${this.base}${path}`, fields));
    if (!answer) return null;
    await look();
    if (told && answer.undo) this.offerBack(told, answer.undo, { look });
    else if (told) toast(told);
    return answer;
  }

  offerBack(told, undo, { look = this.refresh } = {}) {
    const back = () => this.attempt(async () => {
      await post(`${this.base}undo`, { undo });
      await look();
      toast(say("undone"));
    });
    toast(told, { undo: back });
  }
}
