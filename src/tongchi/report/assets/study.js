(function () {
  var panel = null;

  function close() { if (panel) { panel.remove(); panel = null; } }

  function reveal(target) {
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    if (target.tagName === "TBODY") { page.all("details", target).forEach(function (d) { d.open = true; }); }
    target.scrollIntoView({ block: "start" });
  }

  function go(hash) {
    var target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (target) { reveal(target); }
  }

  function show(link) {
    var entry = document.getElementById(link.getAttribute("href").slice(1));
    if (!entry) { return false; }
    close();
    panel = document.createElement("aside");
    panel.className = "panel";
    panel.setAttribute("role", "dialog");
    panel.innerHTML = '<button type="button" aria-label="关闭 Close">×</button><div>' + entry.innerHTML + "</div>";
    panel.querySelector("button").addEventListener("click", close);
    document.body.appendChild(panel);
    panel.querySelector("button").focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a") : null;
    if (link && link.classList.contains("fig")) {
      if (show(link)) { event.preventDefault(); }
    } else if (link && (link.getAttribute("href") || "").charAt(0) === "#") {
      go(link.getAttribute("href"));
    }
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });
  window.addEventListener("hashchange", function () { go(location.hash); });
  go(location.hash);
})();
