(function () {
  var all = page.all;
  var form = document.querySelector("form.filters");
  if (!form) { return; }
  var list = document.querySelector(".findings");
  var findings = all("article.finding", list);
  var shown = document.querySelector(".shown");

  function fits(finding) {
    var d = finding.dataset, f = form.elements;
    if (f.code.value && d.code !== f.code.value && d.code.split(".")[0] !== f.code.value) { return false; }
    if (f.severity.value && d.severity !== f.severity.value) { return false; }
    if (f.place.value && d.place !== f.place.value) { return false; }
    var text = f.text.value.trim().toLowerCase();
    if (!text) { return true; }
    if (finding.words === undefined) { finding.words = finding.textContent.toLowerCase(); }
    return finding.words.indexOf(text) >= 0;
  }

  function show() {
    var count = 0;
    findings.forEach(function (each) { each.hidden = !fits(each); count += each.hidden ? 0 : 1; });
    shown.textContent = count === findings.length ? String(count) : count + " / " + findings.length;
  }

  function sort() {
    var key = form.elements.sort.value;
    findings.sort(function (x, y) { return x.dataset[key] - y.dataset[key]; });
    findings.forEach(function (each) { list.appendChild(each); });
  }

  function open(hash) {
    var target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target || target.className !== "finding") { return; }
    target.hidden = false;
    target.scrollIntoView({ block: "start" });
  }

  form.hidden = false;
  form.addEventListener("input", function (event) { if (event.target.name === "sort") { sort(); } show(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { sort(); show(); }, 0); });
  all("[data-jump]").forEach(function (b) {
    b.addEventListener("click", function () {
      form.reset();
      form.elements.code.value = b.dataset.jump;
      form.elements.place.value = b.dataset.at || "";
      setTimeout(function () { document.getElementById("list").scrollIntoView({ block: "start" }); }, 0);
    });
  });
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = all(".finding details:not([open])");
    closed.forEach(function (d) { d.open = true; });
  });
  addEventListener("afterprint", function () { closed.forEach(function (d) { d.open = false; }); });
  addEventListener("hashchange", function () { open(location.hash); });
  show();
  open(location.hash);
})();
