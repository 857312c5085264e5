// What every page has to keep, measured in the page itself. Answers a list of complaints.
const [title, heading] = arguments;
const complaints = [];

if (document.title !== title) complaints.push(`the window is called «${document.title}», not «${title}»`);
const headings = [...document.querySelectorAll('h1')].filter((h1) => h1.checkVisibility());
if (headings.length !== 1) complaints.push(`${headings.length} first headings`);
if (document.documentElement.lang !== 'ru') complaints.push(`the language is ${document.documentElement.lang}`);
const styled = document.querySelectorAll('[style]:not(svg *)');
if (heading && styled.length) complaints.push(`${styled.length} style attributes, first: ${styled[0].outerHTML.slice(0, 120)}`);
return complaints;
