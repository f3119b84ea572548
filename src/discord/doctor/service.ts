import { defineService } from '#contracts/service.ts';
import { createDoctor } from './doctor.ts';

/** Runs the examiners of all services. */
export const doctorService = defineService()({
  name: 'doctor',
  needs: ['clock', 'logger'],
  late: ['examiners'],
  create: ({ clock, logger }, _, { examiners }) => ({
    ports: {},
    actions: createDoctor({ examiners, clock, logger }),
  }),
});
