/** Collects items and writes them when a batch is full; `flush` writes the rest. */
export class Batch<T> {
  private items: T[] = [];
  private readonly size: number;
  private readonly write: (items: readonly T[]) => Promise<void>;

  constructor(size: number, write: (items: readonly T[]) => Promise<void>) {
    this.size = size;
    this.write = write;
  }

  async add(item: T): Promise<void> {
    this.items.push(item);
    if (this.items.length >= this.size) await this.flush();
  }

  async flush(): Promise<void> {
    const full = this.items;
    this.items = [];
    if (full.length > 0) await this.write(full);
  }
}
