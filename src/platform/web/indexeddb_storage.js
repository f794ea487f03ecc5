// SPDX-License-Identifier: MIT
// The browser's half of HostStorage: turns each of its requests into one IndexedDB transaction and one answer. Its
// promises never reject (see js_result.h). What is stored, and why, is decided in C++.

addToLibrary({
  $SawaIndexedDb: class {
    static FORMAT_VERSION = 1;
    static STORES = ['log', 'pages', 'meta'];
    static TAKEN = 'taken';

    database = null;
    name = '';
    // Made with the database: another one under the same name is not the one this context knows.
    identity = null;

    async open(name) {
      this.name = name;
      try {
        if (typeof indexedDB !== 'undefined' && indexedDB) return this.connect();
      } catch (error) {
        // Where site data is blocked, even the name throws.
        return SawaIndexedDb.failure('storage_unavailable', `IndexedDB: ${error?.message ?? ''}`);
      }
      return SawaIndexedDb.failure('storage_unavailable', 'this browser has no IndexedDB here');
    }

    connect() {
      return new Promise((resolve) => {
        let blocked = false;
        let wiped = false;
        let request;
        try {
          request = indexedDB.open(this.name, SawaIndexedDb.FORMAT_VERSION);
        } catch (error) {
          resolve(SawaIndexedDb.failure('storage_unavailable', `IndexedDB: ${error?.message ?? ''}`));
          return;
        }
        request.onupgradeneeded = () => {
          if (this.identity !== null) {
            wiped = true;
            request.transaction.abort();
            return;
          }
          for (const store of SawaIndexedDb.STORES) request.result.createObjectStore(store);
          request.transaction.objectStore('meta').put(crypto.getRandomValues(new Uint32Array(4)).join('-'), 'identity');
        };
        request.onblocked = () => {
          // Another tab has an older format open and does not let go.
          blocked = true;
          resolve(SawaIndexedDb.failure('storage_blocked', 'another tab keeps an older version of the database open'));
        };
        request.onerror = () => {
          resolve(wiped ? SawaIndexedDb.wiped() : SawaIndexedDb.failureOf(request.error));
        };
        request.onsuccess = () => {
          if (blocked) {
            request.result.close();
            return;
          }
          try {
            this.adopt(request.result, resolve);
          } catch (error) {
            resolve(SawaIndexedDb.failureOf(error));
          }
        };
      });
    }

    adopt(database, resolve) {
      const drop = () => {
        database.close();
        if (this.database === database) this.database = null;
      };
      // The browser may close the connection (storage pressure, site data cleared): the next use opens it anew.
      database.onclose = drop;
      // A newer version of the app wants to change the format: stand aside, rather than block it.
      database.onversionchange = drop;
      const read = database.transaction('meta', 'readonly').objectStore('meta').get('identity');
      read.onerror = () => resolve(SawaIndexedDb.failureOf(read.error));
      read.onsuccess = () => {
        if (this.identity !== null && this.identity !== read.result) {
          database.close();
          resolve(SawaIndexedDb.wiped());
          return;
        }
        this.identity = read.result;
        this.database = database;
        resolve(SawaIndexedDb.success(null));
      };
    }

    /**
     * Runs `work` in one transaction, and answers when it is complete. `work` gets the transaction and a function that
     * takes the value to answer with; it must make its requests at once and may make more only in their callbacks.
     * A lost connection is opened again, once.
     */
    async transact(mode, durability, work) {
      for (let attempt = 0; ; attempt++) {
        if (this.database === null) {
          const connected = await this.connect();
          if (!connected.ok) return connected;
        }
        const answer = await this.attempt(mode, durability, work);
        if (answer.ok || answer.code !== 'storage_connection_lost' || attempt > 0) return answer;
        this.database?.close();
        this.database = null;
      }
    }

    attempt(mode, durability, work) {
      return new Promise((resolve) => {
        try {
          const transaction = this.database.transaction(SawaIndexedDb.STORES, mode, { durability });
          let value;
          // Only the transaction's own error tells of a full disk; the requests may all have succeeded.
          transaction.onabort = () => resolve(SawaIndexedDb.failureOf(transaction.error));
          transaction.oncomplete = () => resolve(SawaIndexedDb.success(value));
          work(transaction, (result) => {
            value = result;
          });
        } catch (error) {
          resolve(SawaIndexedDb.failureOf(error));
        }
      });
    }

    readState() {
      return this.transact('readonly', 'default', (transaction, answer) => {
        const state = { foldedTo: 0, directory: new ArrayBuffer(0), log: [] };
        answer(state);
        const meta = transaction.objectStore('meta');
        meta.get('folded_to').onsuccess = (event) => {
          state.foldedTo = event.target.result ?? 0;
        };
        meta.get('directory').onsuccess = (event) => {
          state.directory = event.target.result ?? state.directory;
        };
        SawaIndexedDb.readEntries(transaction, 0, (entries) => {
          state.log = entries;
        });
      });
    }

    readPages(ids) {
      return this.transact('readonly', 'default', (transaction, answer) => {
        const pages = ids.map(() => new ArrayBuffer(0));
        answer(pages);
        const store = transaction.objectStore('pages');
        ids.forEach((id, index) => {
          store.get(id).onsuccess = (event) => {
            pages[index] = event.target.result ?? pages[index];
          };
        });
      });
    }

    /**
     * Asks for nothing before it commits: that the position is free, the store itself checks; that the log was not
     * folded beyond it, is looked up on the way. What was then added lies below the fold, where nobody reads it.
     */
    async append(after, entry, strict) {
      const appended = await this.transact('readwrite', strict ? 'strict' : 'relaxed', (transaction, answer) => {
        const log = transaction.objectStore('log');
        log.add(entry, after + 1);
        log.getKey(IDBKeyRange.lowerBound(after + 1, true)).onsuccess = (event) => {
          answer(event.target.result === undefined);
        };
        transaction.commit();
      });
      if (appended.value) return SawaIndexedDb.success({ appended: true, missed: [] });
      if (!appended.ok && appended.code !== SawaIndexedDb.TAKEN) return appended;
      const missed = await this.readLog(after);
      return missed.ok ? SawaIndexedDb.success({ appended: false, missed: missed.value }) : missed;
    }

    readLog(after) {
      return this.transact('readonly', 'default', (transaction, answer) => {
        transaction.objectStore('meta').get('folded_to').onsuccess = (event) => {
          const foldedTo = event.target.result ?? 0;
          SawaIndexedDb.readEntries(transaction, Math.max(after, foldedTo - 1), answer);
        };
      });
    }

    /** `added`: [id, buffer, …]; `dropped`: [id, …]; `entry`: a buffer or null. */
    fold(from, to, directory, added, dropped, entry) {
      return this.transact('readwrite', 'strict', (transaction, answer) => {
        const meta = transaction.objectStore('meta');
        const log = transaction.objectStore('log');
        const store = () => {
          answer(true);
          const pages = transaction.objectStore('pages');
          for (const id of dropped) pages.delete(id);
          for (let index = 0; index < added.length; index += 2) pages.put(added[index + 1], added[index]);
          meta.put(to, 'folded_to');
          meta.put(directory, 'directory');
          log.delete(IDBKeyRange.upperBound(to, true));
          transaction.commit();
        };
        answer(false);
        meta.get('folded_to').onsuccess = (event) => {
          if ((event.target.result ?? 0) !== from) return;
          if (entry === null) {
            store();
            return;
          }
          log.getAllKeys(IDBKeyRange.lowerBound(to - 1)).onsuccess = (keys) => {
            const last = keys.target.result.at(-1) ?? 0;
            if (last !== to - 1) return;
            log.add(entry, to);
            store();
          };
        };
      });
    }

    close() {
      this.database?.close();
      this.database = null;
    }

    static readEntries(transaction, after, then) {
      const store = transaction.objectStore('log');
      const range = IDBKeyRange.lowerBound(after, true);
      let keys;
      store.getAllKeys(range).onsuccess = (event) => {
        keys = event.target.result;
      };
      store.getAll(range).onsuccess = (event) => {
        then(event.target.result.map((bytes, index) => ({ position: keys[index], bytes })));
      };
    }

    static success(value) {
      return { ok: true, value };
    }

    static wiped() {
      return SawaIndexedDb.failure('storage_wiped', 'the browser has deleted the database while it was open');
    }

    static failure(code, message) {
      return { ok: false, code, message };
    }

    static failureOf(error) {
      const codes = {
        QuotaExceededError: 'storage_quota_exceeded',
        ConstraintError: SawaIndexedDb.TAKEN,
        VersionError: 'storage_version_too_new',
        // The connection is gone, or going: site data cleared, the browser's storage process restarted.
        InvalidStateError: 'storage_connection_lost',
        AbortError: 'storage_connection_lost',
        UnknownError: 'storage_failed',
        SecurityError: 'storage_unavailable',
      };
      const name = error?.name ?? 'AbortError';
      return SawaIndexedDb.failure(codes[name] ?? 'storage_failed', `IndexedDB: ${name}: ${error?.message ?? ''}`);
    }
  },

  sawa_storage_connection__deps: ['$SawaIndexedDb', '$SawaMemory', '$Emval'],
  sawa_storage_connection: (inMemory) => Emval.toHandle(inMemory ? new SawaMemory() : new SawaIndexedDb()),
});
