import { LabIcon } from '@jupyterlab/ui-components';
import automationFileSvg from '../../style/icons/automation-file.svg';
import toolSvg from '../../style/icons/crosscompute.svg';

/** The CrossCompute button, the panel and the launcher tile. */
export const toolIcon = new LabIcon({ name: 'jupyterlab-crosscompute:tool', svgstr: toolSvg });

/** A configuration in the file browser. */
export const automationFileIcon = new LabIcon({
  name: 'jupyterlab-crosscompute:automation-file',
  svgstr: automationFileSvg
});
