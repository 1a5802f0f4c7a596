// The list by keyboard: up and down among the reports, Enter opens, / searches.
"use strict";
(function () {
  const search = document.getElementById("search");
  const links = () => [...document.querySelectorAll("#found td.organ a")];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const down = event.key === "ArrowDown" || (event.key === "j" && !typing);
    const up = event.key === "ArrowUp" || (event.key === "k" && !typing);
    if ((!down && !up) || event.target.matches("select")) return;
    const all = links();
    if (!all.length) return;
    event.preventDefault();
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? 0 : Math.min(Math.max(at + (down ? 1 : -1), 0), all.length - 1);
    if (at === 0 && up) search.focus();
    else all[next].focus();
  });

  const first = links()[0];
  if (first) first.focus();
})();
