// The list of talks: a talk that just went to the trash can come back.
import { post } from "./chat/http.js";
import { say } from "./chat/words.js";
import { toast } from "./toasts.js";

const base = sessionStorage.getItem("deleted-talk");
if (base) {
  sessionStorage.removeItem("deleted-talk");
  toast(say("talk_deleted"), {
    undo: async () => {
      try {
        await post(`${base}restore`);
        location.reload();
      } catch (error) {
        toast(error.message);
      }
    },
  });
}
