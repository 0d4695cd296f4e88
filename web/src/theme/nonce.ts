/**
 * Lets the styles that our own scripts write into the page through the Content-Security-Policy.
 *
 * Ant Design takes the page's nonce, but parts below it and ECharts do not know of it. A style
 * that somebody injects as HTML is made by the parser, not here, and stays outside.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

const create = document.createElement.bind(document) as (
  name: string,
  options?: ElementCreationOptions,
) => HTMLElement;
const createInNamespace = document.createElementNS.bind(document) as (
  namespace: string | null,
  name: string,
) => Element;

function marked<E extends Element>(element: E): E {
  if (nonce && element.localName === "style") element.setAttribute("nonce", nonce);
  return element;
}

document.createElement = ((name: string, options?: ElementCreationOptions) =>
  marked(create(name, options))) as typeof document.createElement;
document.createElementNS = ((namespace: string | null, name: string) =>
  marked(createInNamespace(namespace, name))) as typeof document.createElementNS;
