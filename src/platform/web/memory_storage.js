// SPDX-License-Identifier: MIT
// The same requests as those of indexeddb_storage.js, on memory that ends with the connection.

addToLibrary({
  $SawaMemory__deps: ['$SawaIndexedDb'],
  $SawaMemory: class {
    foldedTo = 0;
    directory = new ArrayBuffer(0);
    pages = new Map();
    log = [];

    async open() {
      return SawaIndexedDb.success(null);
    }

    async readState() {
      return SawaIndexedDb.success({ foldedTo: this.foldedTo, directory: this.directory, log: this.log });
    }

    async readPages(ids) {
      return SawaIndexedDb.success(ids.map((id) => this.pages.get(id) ?? new ArrayBuffer(0)));
    }

    async readLog(after) {
      return SawaIndexedDb.success(this.log.filter(({ position }) => position > after));
    }

    async append(after, bytes) {
      const { value: missed } = await this.readLog(after);
      if (missed.length === 0) this.log.push({ position: after + 1, bytes });
      return SawaIndexedDb.success({ appended: missed.length === 0, missed });
    }

    async fold(_from, to, directory, added, dropped, entry) {
      if (entry !== null) this.log.push({ position: to, bytes: entry });
      this.foldedTo = to;
      this.directory = directory;
      for (const id of dropped) this.pages.delete(id);
      for (let index = 0; index < added.length; index += 2) this.pages.set(added[index], added[index + 1]);
      this.log = this.log.filter(({ position }) => position >= to);
      return SawaIndexedDb.success(true);
    }

    close() {}
  },
});
