// Tells zod to make no functions from text: the page's policy forbids it, and each try is reported. Imported before any
// check is made, because zod looks when a check is made and not when it is used.
import { z } from 'zod';

z.config({ jitless: true });
