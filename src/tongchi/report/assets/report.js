(function () {
  var all = page.all;
  var form = document.querySelector("form.filters");
  var kinds = all("[data-kind]", form);
  var pairs = all("section.pair");
  var bodies = all("table.clauses > tbody");
  bodies.forEach(function (body) { body.words = body.textContent.toLowerCase(); });

  function fits(body) {
    var d = body.dataset, f = form.elements;
    var pressed = kinds.filter(function (b) { return b.getAttribute("aria-pressed") === "true"; });
    if (pressed.length && !pressed.some(function (b) { return b.dataset.kind === d.kind; })) { return false; }
    if (f.dir.value && d.dir !== f.dir.value) { return false; }
    if (f.chapter.value && d.ca !== f.chapter.value && d.cb !== f.chapter.value) { return false; }
    if (f.side.value && d.side !== f.side.value) { return false; }
    var text = f.text.value.trim().toLowerCase();
    return !text || body.words.indexOf(text) >= 0;
  }

  function show() {
    var chosen = form.elements.pair ? form.elements.pair.value : "";
    pairs.forEach(function (pair) {
      pair.hidden = Boolean(chosen) && pair.id !== "p" + chosen;
      if (pair.hidden) { return; }
      var rows = all("table.clauses > tbody", pair), shown = 0;
      rows.forEach(function (row) { row.hidden = !fits(row); shown += row.hidden ? 0 : 1; });
      pair.querySelector(".shown").textContent = shown === rows.length ? String(shown) : shown + " / " + rows.length;
    });
  }

  function sort() {
    var key = form.elements.sort.value;
    pairs.forEach(function (pair) {
      var table = pair.querySelector("table.clauses");
      all("tbody", table).sort(function (x, y) {
        var by = key === "s" ? y.dataset.s - x.dataset.s : x.dataset[key] - y.dataset[key];
        return by || x.dataset.o - y.dataset.o;
      }).forEach(function (row) { table.appendChild(row); });
    });
  }

  function open(hash) {
    var target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) { return; }
    var pair = target.closest("section.pair");
    if (pair && form.elements.pair) { form.elements.pair.value = pair.id.slice(1); show(); }
    var row = target.closest("tbody");
    if (row) { row.hidden = false; }
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    if (target.tagName === "TBODY") { all("details", target).forEach(function (d) { d.open = true; }); }
    target.scrollIntoView({ block: "start" });
  }

  form.hidden = false;
  form.addEventListener("input", function (event) { if (event.target.name === "sort") { sort(); } show(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    kinds.forEach(function (b) { b.setAttribute("aria-pressed", "false"); });
    setTimeout(function () { sort(); show(); }, 0);
  });
  kinds.forEach(function (b) {
    b.addEventListener("click", function () {
      b.setAttribute("aria-pressed", String(b.getAttribute("aria-pressed") !== "true"));
      show();
    });
  });
  var opener = form.querySelector("[data-open]");
  opener.addEventListener("click", function () {
    var wanted = opener.dataset.open === "1";
    all("table.clauses details").forEach(function (d) { d.open = wanted; });
    opener.dataset.open = wanted ? "0" : "1";
    opener.setAttribute("aria-pressed", String(wanted));
  });
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = all("table.clauses details:not([open]), .parts details:not([open])");
    closed.forEach(function (d) { d.open = true; });
    pairs.forEach(function (p) { p.hidden = false; });
  });
  addEventListener("afterprint", function () { closed.forEach(function (d) { d.open = false; }); show(); });
  addEventListener("hashchange", function () { open(location.hash); });
  show();
  open(location.hash);
})();
