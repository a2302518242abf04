/** Why a journal cannot take a batch (the client keeps it and comes back), be opened or be read. */
export type JournalFault = 'full' | 'failing' | 'stopped' | 'locked' | 'damaged';

export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly fault: JournalFault;
  constructor(fault: JournalFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
