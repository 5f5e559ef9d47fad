// The list of talks: a talk that just went to the trash can come back.
import { post } from "./chat/http.js";
import { say } from "./chat/words.js";
import { toast } from "./toasts.js";

const restore = sessionStorage.getItem("deleted-talk");
if (restore) {
  sessionStorage.removeItem("deleted-talk");
  toast(say("talk_deleted"), {
    undo: async () => {
      try {
        const { next } = await post(restore);
        location.assign(next);
      } catch (error) {
        toast(error.message);
      }
    },
  });
}
