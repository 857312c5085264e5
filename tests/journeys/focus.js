// Whether the focus can be seen (WCAG 2.2, 2.4.7): null, or the element that hides it.
const element = document.activeElement;
const marked = (node) => {
  const style = getComputedStyle(node);
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
};
// A box inside a card is marked with its card.
const visible = marked(element) || (element.closest('label') && marked(element.closest('label')));
const box = element.getBoundingClientRect();
return visible && box.width > 0 && box.bottom > 0 && box.top < innerHeight ? null : element.outerHTML.slice(0, 160);
