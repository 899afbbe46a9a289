// What a keyboard must reach, in the order of the page, and what stands where the focus is.
(() => {
  const all = [...document.querySelectorAll("*")];
  const native = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const name = (element) => {
    const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
    return `${element.tagName.toLowerCase()} "${label.trim().replace(/\s+/g, " ").slice(0, 60)}"`;
  };
  // Of a radio group one member is a stop.
  const isStop = (element) =>
    !element.matches(":disabled") &&
    (element.type !== "radio" ||
      element === (document.querySelector(`input[name="${element.name}"]:checked`) ?? document.querySelector(`input[name="${element.name}"]`)));
  const expected = () => all.filter((element) => (element.matches(native) || element.tabIndex >= 0) && isStop(element) && isShown(element));
  const slack = 2;
  // The outermost box below `parent` that holds the element; `display: contents` has none.
  const part = (element, parent) => {
    const path = [element];
    while (path[0].parentElement !== parent) path.unshift(path[0].parentElement);
    return path.map((one) => one.getBoundingClientRect()).find((box) => box.height > 0) ?? element.getBoundingClientRect();
  };
  // A column may begin higher than the one before it ends; but no stop lies above without being
  // further right, and no part of the page above or left of the part before it.
  const goesBack = (before, after) => {
    if (!before || before.contains(after) || after.contains(before)) return false;
    let parent = before.parentElement;
    while (!parent.contains(after)) parent = parent.parentElement;
    const [from, to] = [before.getBoundingClientRect(), after.getBoundingClientRect()];
    const [one, next] = [part(before, parent), part(after, parent)];
    const shared = Math.min(one.bottom, next.bottom) - Math.max(one.top, next.top);
    const isLeft = next.right <= one.left + slack && shared > Math.min(one.height, next.height) / 2;
    return isLeft || next.bottom <= one.top + slack || (to.bottom <= from.top + slack && to.left < from.right - slack);
  };
  const width = 2;
  let last = null;
  const here = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const before = last;
    last = element;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const ring = looks.over(looks.parse(style.outlineColor), looks.ground(element.parentElement));
    const isRing = !["none", "hidden"].includes(style.outlineStyle) && parseFloat(style.outlineWidth) >= width;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    return {
      place: all.indexOf(element),
      name: name(element),
      isClosed: element.tagName === "SUMMARY" && !element.parentElement.open,
      ring: isRing ? looks.contrast(ring, looks.ground(element.parentElement)) : 0,
      isInView: inside && !!top && (element.contains(top) || top.contains(element)),
      isBackwards: goesBack(before, element),
    };
  };
  // What invites a click without being made for it, and what scrolls out of the keyboard's reach.
  const pressedOnly = () =>
    all.filter((element) => {
      if (!isShown(element) || element.closest(`${native}, label, option, svg`)) return false;
      const pointer = getComputedStyle(element).cursor === "pointer" && getComputedStyle(element.parentElement ?? element).cursor !== "pointer";
      const role = ["button", "link", "checkbox", "switch", "tab"].includes(element.getAttribute("role"));
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0;
      return pointer || role || element.hasAttribute("onclick") || element.onclick || scrolls;
    });
  window.keyboard = {
    here,
    expected: () => expected().map((element) => [all.indexOf(element), name(element)]),
    pressedOnly: () => pressedOnly().map(name),
  };
})();
