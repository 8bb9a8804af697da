"use strict";
var page = (function () {
  var root = document.documentElement;
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }

  function setLanguage(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-Hans" : "en";
    all("[data-set]").forEach(function (b) { b.setAttribute("aria-pressed", String(b.dataset.set === language)); });
    all("option[data-zh]").forEach(function (o) { o.textContent = o.dataset[language]; });
  }

  all("[data-set]").forEach(function (b) { b.addEventListener("click", function () { setLanguage(b.dataset.set); }); });
  setLanguage(root.dataset.lang);
  return { all: all };
})();
