// Marks, cells and controls that cannot be told from the ground or from one another.
(() => {
  const { parse, over, contrast } = looks;
  const grid = "#dfe3ea"; // grid lines only help to read
  const paper = "#fffffe"; // as a text's stroke: a halo that frees a name from what lies behind it
  const shown = (element) => element.checkVisibility() && (element.getBoundingClientRect().width > 0 || element.getBoundingClientRect().height > 0);
  const paint = (element, kind) => {
    const style = getComputedStyle(element);
    if (style[kind] === "none" || (kind === "stroke" && parseFloat(style.strokeWidth) === 0)) return null;
    if (kind === "fill" && element.tagName === "line") return null;
    const colour = parse(style[kind]);
    let alpha = colour[3] * parseFloat(style[`${kind}Opacity`]);
    for (let at = element; at; at = at.parentElement) alpha *= parseFloat(getComputedStyle(at).opacity);
    return [...colour.slice(0, 3), alpha];
  };
  const holds = (shape, x, y) => {
    const box = shape.getBoundingClientRect();
    return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  };
  // What is painted where a text or a sign stands: the filled shapes before it around its middle.
  const behind = (mark, shapes, ground) => {
    const box = mark.getBoundingClientRect();
    return shapes
      .slice(0, shapes.indexOf(mark))
      .filter((shape) => shape.tagName !== "text" && paint(shape, "fill"))
      .filter((shape) => holds(shape, (box.left + box.right) / 2, (box.top + box.bottom) / 2))
      .reduce((back, shape) => over(paint(shape, "fill"), back), ground);
  };
  const marksOf = (picture) =>
    [...picture.querySelectorAll("path, rect, line, circle, text")]
      .filter((mark) => shown(mark) && (paint(mark, "fill") || paint(mark, "stroke")))
      .filter((mark) => !(mark.tagName === "line" && mark.getAttribute("stroke") === grid))
      .filter((mark) => !(mark.tagName === "text" && mark.getAttribute("stroke") === paper));
  const describe = (mark) =>
    `${mark.tagName} ${mark.getAttribute("class") ?? ""} ${mark.getAttribute("fill") ?? ""}/${mark.getAttribute("stroke") ?? ""} "${mark.textContent.slice(0, 30)}"`;
  const pale = (picture) => {
    const ground = looks.ground(picture.parentElement);
    const marks = marksOf(picture);
    const freed = [...picture.querySelectorAll(`text[stroke="${paper}"]`)].map((halo) => halo.textContent);
    return marks
      .filter((mark) => {
        const isText = mark.tagName === "text";
        const isOnMark = (isText && !freed.includes(mark.textContent)) || mark.matches(".mark-sign");
        const back = isOnMark ? behind(mark, marks, ground) : ground;
        const seen = ["fill", "stroke"].map((kind) => paint(mark, kind)).filter(Boolean);
        return Math.max(...seen.map((colour) => contrast(over(colour, back), back))) < (isText ? 4.5 : 3);
      })
      .map((mark) => `too pale: ${describe(mark)}`);
  };
  // The parts of a divided bar follow one another: their fills must differ.
  const alike = (picture) => {
    const ground = looks.ground(picture.parentElement);
    const fills = new Map(marksOf(picture).filter((mark) => mark.matches("path[fill-opacity]")).map((mark) => [mark.getAttribute("fill"), over(paint(mark, "fill"), ground)]));
    const kinds = [...fills];
    return kinds.flatMap(([name, fill], place) =>
      kinds.slice(place + 1).filter(([, other]) => contrast(fill, other) < 1.8).map(([other]) => `parts look alike: ${name} and ${other}`),
    );
  };
  const cells = () => {
    const bars = new Map([...document.querySelectorAll(".heat td[class^=shade-]")].map((cell) => [cell.className, parseFloat(getComputedStyle(cell, "::after").borderTopWidth) && parseFloat(getComputedStyle(cell, "::after").width) / cell.clientWidth]));
    const longer = [...bars].sort().map(([, width]) => width);
    return longer.every((width, place) => width > 0.02 && (!place || width > longer[place - 1] + 0.05)) ? [] : [`heat is not seen: ${longer}`];
  };
  const controls = () =>
    [...document.querySelectorAll("main .button, main input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), main select, main textarea")]
      .filter(shown)
      .filter((control) => {
        const style = getComputedStyle(control);
        return parseFloat(style.borderTopWidth) < 1 || contrast(parse(style.borderTopColor), looks.ground(control.parentElement)) < 3;
      })
      .map((control) => `no edge: ${control.tagName} ${control.name ?? control.className}`);
  const pictures = () => [...document.querySelectorAll("svg.picture, svg.gauge, svg.mark")].filter(shown);
  window.marks = {
    count: () => pictures().reduce((sum, picture) => sum + marksOf(picture).length, 0),
    faults: () => [...pictures().flatMap((picture) => [...pale(picture), ...alike(picture)]), ...cells(), ...controls()],
  };
})();
