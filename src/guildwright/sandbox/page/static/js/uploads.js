/** Files that wait to be sent: chosen, pasted or dropped. */

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { sizeText } from "./media.js";
import { notify } from "./toast.js";

const MOST_FILES = 10;
const LARGEST = 10 * 1024 * 1024;

export class Uploads {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    /** @type {File[]} */
    this.files = [];
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      if (this.files.length >= MOST_FILES) notify(`A message carries at most ${MOST_FILES} files.`, "warning");
      else if (file.size > LARGEST)
        notify(`${file.name} is larger than ${sizeText(LARGEST)}. Choose a smaller file.`, "warning");
      else this.files.push(file);
    }
    this.draw();
  }

  /** @param {File[]} files */
  set(files) {
    this.files = files;
    this.draw();
  }

  draw() {
    replace(
      this.root,
      this.files.map((file) => this.card(file)),
    );
    this.root.hidden = this.files.length === 0;
    this.onChange();
  }

  /** @param {File} file */
  card(file) {
    const remove = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}` },
      icon("trash"),
    );
    remove.addEventListener("click", () => this.set(this.files.filter((one) => one !== file)));
    const face = h("div", { class: "upload-face" }, icon("file"));
    if (file.type.startsWith("image/") && file.type !== "image/svg+xml") showPreview(file, face);
    return h(
      "li",
      { class: "upload" },
      face,
      h("span", { class: "upload-name", dir: "auto" }, file.name),
      h("span", { class: "upload-size" }, sizeText(file.size)),
      remove,
    );
  }
}

/** @param {File} file @param {HTMLElement} face */
async function showPreview(file, face) {
  replace(face, h("img", { src: await dataAddress(file), alt: "" }));
}

/** @param {File[]} files */
export const encodeFiles = (files) => Promise.all(files.map(encodeFile));

/** A file as the control API takes it. @param {File} file */
export async function encodeFile(file) {
  const address = await dataAddress(file);
  return { filename: file.name, data_base64: address.slice(address.indexOf(",") + 1) };
}

/** @param {File} file @returns {Promise<string>} */
function dataAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(new Error(`${file.name} cannot be read. Choose it again.`)));
    reader.readAsDataURL(file);
  });
}
