/** Enter sends, Shift+Enter begins a new line. Enter that ends a composition (Chinese input) does neither. */
export function sendOnEnter(field, send) {
  let ended = -Infinity;
  // Safari reports the Enter that ends a composition after the composition has ended.
  field.addEventListener("compositionend", (event) => { ended = event.timeStamp; });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.isComposing || event.keyCode === 229 || event.timeStamp - ended < 60) return;
    event.preventDefault();
    send();
  });
}
