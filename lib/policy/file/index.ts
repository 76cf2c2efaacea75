/**
 * Configuration in a file: for one machine, and for people who keep it under version control.
 *
 * Guarantees: written whole or not at all, on disk before a commit is answered; an edit by hand is a version
 * like any other; processes on one file follow each other. Never: overwrites an edit it could not read.
 */
export { createFileRepository, type FileRepositoryOptions } from './file-repository';
