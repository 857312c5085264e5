// The elements that make a page wider than its window; none when it is not.
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) return [];
const beyond = [...document.body.querySelectorAll('*')].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.right > width + 0.5 && box.width > 0 && !element.closest('.vh');
});
const names = beyond.map((e) => `${e.tagName.toLowerCase()}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
return [`${document.documentElement.scrollWidth} px wide in a window of ${width}`, ...names.slice(0, 8)];
