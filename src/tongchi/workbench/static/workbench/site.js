// The little that HTML cannot do: say aloud what changed after a part of the page was exchanged, and put the focus there.
document.addEventListener("htmx:afterSwap", (event) => {
  const found = event.target.querySelector("[autofocus], [role=alert]");
  if (!found) return;
  if (found.matches("[role=alert]")) found.setAttribute("tabindex", "-1");
  found.focus();
});
