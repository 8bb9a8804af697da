"use strict";
(function () {
  var form = document.getElementById("form");
  var facts = JSON.parse(form.dataset.form);
  var begun = Date.now();
  var warned = false;

  function value(name) {
    var field = form.elements.namedItem(name);
    return field ? field.value.trim() : "";
  }

  function cell(text) {
    text = String(text);
    if (/^[=+\-@\t\r]/.test(text)) { text = "'" + text; }
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function respondent() {
    var bytes = new Uint8Array(6);
    (window.crypto || { getRandomValues: function (b) { for (var i = 0; i < b.length; i++) { b[i] = Math.random() * 256; } } }).getRandomValues(bytes);
    return "R" + Array.prototype.map.call(bytes, function (b) { return (b + 256).toString(16).slice(1); }).join("");
  }

  function csv() {
    var answers = facts.columns.map(function (name) {
      if (name === facts.respondent) { return respondent(); }
      if (name === facts.duration) { return Math.round((Date.now() - begun) / 1000); }
      return value(name);
    });
    return "\ufeff" + facts.columns.map(cell).join(",") + "\r\n" + answers.map(cell).join(",") + "\r\n";
  }

  function open() {
    return facts.questions.filter(function (code) {
      var missing = value(code) === "";
      form.querySelector('tr[data-code="' + code + '"]').classList.toggle("open", warned && missing);
      return missing;
    });
  }

  function warn() {
    var missing = open();
    var note = form.querySelector(".left");
    note.hidden = !missing.length;
    note.querySelector(".list").textContent = missing.map(function (code) { return facts.questions.indexOf(code) + 1; }).join(", ");
    return missing.length;
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = !warned;
    warned = true;
    if (warn() && first) { form.querySelector("tr.open").scrollIntoView({ block: "center" }); return; }
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.download = facts.file;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  });
  form.addEventListener("change", function () { if (warned) { warn(); } });
  form.querySelector("[data-print]").addEventListener("click", function () { window.print(); });
  window.formCsv = csv;
})();
